import Commands

Tools.convert()
