package region

// Hz is a frequency in hertz.
type Hz uint32

// DeciDBm is a power in 0.1 dBm.
type DeciDBm int16

// DeciDB is a ratio in 0.1 dB.
type DeciDB int16

// Micros is a duration in microseconds, up to 71 minutes.
type Micros uint32
