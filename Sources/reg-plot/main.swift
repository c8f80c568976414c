import Commands

Tools.plot()
