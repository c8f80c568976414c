import Commands

Tools.reg()
