// The README's example: what it shows is what compiles.

import NetworkFiles
import TensorFiles
import Training

let data = try DatasetSelection().load(FileFormats.open("data.mat"))
let train = data.train.dataset!
var settings = TrainingSettings()
settings.lambda = 0.7
let result = try Trainer(settings: settings, dataset: train).run()
print(Metrics.accuracy(probabilities: result.network.probabilities(train.features), labels: train.labels))
let record = TrainingRecord(settings: settings, result: result)
try NetworkFormats.write(TrainedNetwork(network: result.network, training: record), to: "model.h5")
