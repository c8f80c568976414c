import ArgumentParser

struct Predict: ParsableCommand {
}
