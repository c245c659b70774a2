package main

// Config is everything the hexwave command can be told. `hexwave config init`
// prints it as a commented file.
type Config struct {
	Explorer string     `toml:"explorer" doc:"Explorer API, as a URL."`
	Node     NodeConfig `toml:"node" doc:"The chain node that answers queries and takes transactions."`
}

// NodeConfig says where the chain is reached.
type NodeConfig struct {
	RPC  string `toml:"rpc" doc:"CometBFT RPC of the node, as a URL."`
	GRPC string `toml:"grpc" doc:"gRPC of the node, host:port."`

	ChainID  string `toml:"chain_id" doc:"Chain that transactions are signed for."`
	GasPrice uint64 `toml:"gas_price" doc:"Fee for 1,000 units of gas, in spark."`
}

func defaultConfig() Config {
	return Config{
		Explorer: "http://127.0.0.1:8080",
		Node:     NodeConfig{RPC: "http://127.0.0.1:26657", GRPC: "127.0.0.1:9090", ChainID: "hexwave-1", GasPrice: 10},
	}
}
