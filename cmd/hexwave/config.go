package main

// Config is everything the hexwave command can be told. `hexwave config init`
// prints it as a commented file.
type Config struct {
	Node NodeConfig `toml:"node" doc:"The chain node that answers queries and takes transactions."`
}

// NodeConfig says where the chain is reached.
type NodeConfig struct {
	RPC  string `toml:"rpc" doc:"CometBFT RPC of the node, as a URL."`
	GRPC string `toml:"grpc" doc:"gRPC of the node, host:port."`
}

func defaultConfig() Config {
	return Config{Node: NodeConfig{RPC: "http://127.0.0.1:26657", GRPC: "127.0.0.1:9090"}}
}
