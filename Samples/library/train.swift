// The README's example: what it shows is what compiles.

import NetworkFiles
import TensorFiles
import Training

let data = try DatasetSelection().load(FileFormats.open("data.mat"))
var settings = TrainingSettings()
settings.lambda = 0.7
let result = try Trainer(settings: settings, examples: data.train).run()
let score = try Evaluation.of(result.network, on: data.train, loss: settings.loss)
print(score[.accuracy] ?? .nan)
let record = TrainingRecord(settings: settings, result: result)
try NetworkFormats.write(TrainedNetwork(network: result.network, training: record), to: "model.h5")
