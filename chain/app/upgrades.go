package app

// registerUpgrades installs the handlers of past and coming upgrade plans. The
// chain has had none yet: an upgrade adds its name, its handler and the stores
// it adds or deletes here.
func (app *App) registerUpgrades() {}
