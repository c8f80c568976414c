import Testing
import Training

@Suite struct ExampleSubsetTests {
  @Test(arguments: [1, 63, 64, 65, 4096, 4097, 20_000]) func numbersAndPlaces(total: Int) {
    let subset = ExampleSubset(of: total) { $0 % 7 == 0 || $0 % 64 == 63 }
    let expected = (0..<total).filter { $0 % 7 == 0 || $0 % 64 == 63 }
    #expect(subset.count == expected.count && subset.examples == expected)
    #expect((0..<subset.count).allSatisfy { subset[$0] == expected[$0] })
    #expect((0..<total).allSatisfy { subset.contains($0) != subset.complement.contains($0) })
    #expect(subset.complement.count == total - subset.count)
    #expect(subset.subtracting(subset).examples == [] && subset.subtracting(subset).first(from: 0) == nil)
    #expect(subset.first(from: total) == nil)
  }

  @Test func aDevSetIsAsLargeAsAsked() throws {
    let all = ExampleSubset(of: 10_000) { _ in true }
    let test = try ExampleSubset.test(of: 10_000, fraction: 0.3, seed: 1)
    #expect(test.count == 3000)
    let rest = all.subtracting(test)
    let dev = try rest.dev(fraction: 0.1, seed: 1)
    #expect(dev.count == 700 && dev.examples.allSatisfy { !test.contains($0) })
    // Taken evenly: a tenth of every thousand, give or take.
    for thousand in 0..<10 {
      let count = dev.examples.filter { $0 / 1000 == thousand }.count
      #expect((40...105).contains(count))
    }
  }

  @Test func classWeightsAreRead() {
    #expect(ClassWeights("balanced") == .balanced && ClassWeights("1,5") == .list([1, 5]))
    for text in ["", "1,", "a", "-1", "nan", "1,inf", "Balanced"] { #expect(ClassWeights(text) == nil) }
    #expect(ClassWeights.list([1, 0.5]).description == "1,0.5" && ClassWeights.balanced.description == "balanced")
  }

  @Test func balancedClassesCountTheSame() throws {
    // sklearn.utils.class_weight.compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 0, 0, 1, 2, 2])
    #expect(try ClassWeights.balanced.factors(sums: [3, 1, 2]) == [6.0 / 9, 2, 1])
    // A class that is not there counts for nothing.
    #expect(try ClassWeights.balanced.factors(sums: [3, 0, 1]) == [4.0 / 6, 1, 2])
  }
}
