import Commands

Tools.tune()
