package import ArgumentParser
package import Training

/// How it is measured how well a network does.
package struct EvaluationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "95 % intervals of the metrics from so many resamples of the examples, such as 1000.", valueName: "n"))
  package var bootstrap: Int?

  @Option(help: ArgumentHelp("Chooses the resamples. (default: 1)", valueName: "seed"))
  package var bootstrapSeed: UInt32?

  package init() {}

  package func validate() throws {
    if let bootstrap, !(Bootstrap.fewestResamples...1_000_000).contains(bootstrap) {
      throw ValidationError(
        "--bootstrap must be from \(Bootstrap.fewestResamples) to 1000000 resamples, found \(bootstrap)")
    }
    if bootstrapSeed != nil && bootstrap == nil {
      throw ValidationError("--bootstrap-seed is for --bootstrap, which is not there")
    }
  }

  /// The intervals that are asked for; nil for none.
  package var intervals: Bootstrap? { bootstrap.map { Bootstrap(resamples: $0, seed: bootstrapSeed ?? 1) } }
}
