import Commands

Tools.predict()
