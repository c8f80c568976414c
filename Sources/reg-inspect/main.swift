import Commands

Tools.inspect()
