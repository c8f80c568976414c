// The vectors of this build: one register each, or two where registers have 128 bits.

#if AVX512
  typealias Float64Vector = SIMD8<Double>
  typealias Float64Bits = SIMD8<UInt64>
  typealias Float64Lanes = SIMD8<Int64>
  typealias Float64Bytes = SIMD8<Int8>
  typealias Float32Vector = SIMD16<Float>
  typealias Float32Bits = SIMD16<UInt32>
  typealias Float32Lanes = SIMD16<Int32>
  typealias Float32Bytes = SIMD16<Int8>
#else
  typealias Float64Vector = SIMD4<Double>
  typealias Float64Bits = SIMD4<UInt64>
  typealias Float64Lanes = SIMD4<Int64>
  typealias Float64Bytes = SIMD4<Int8>
  typealias Float32Vector = SIMD8<Float>
  typealias Float32Bits = SIMD8<UInt32>
  typealias Float32Lanes = SIMD8<Int32>
  typealias Float32Bytes = SIMD8<Int8>
#endif

#if FMA
  typealias Float64Register = Float64Vector
#else
  typealias Float64Register = SIMD2<Double>
#endif
