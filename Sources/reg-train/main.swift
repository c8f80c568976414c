import Commands

Tools.train()
