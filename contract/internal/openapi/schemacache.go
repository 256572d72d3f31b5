package openapi

import "github.com/pb33f/libopenapi-validator/cache"

// A bareCache keeps compiled schemas without their text. With the text the
// library parses it as YAML again for each invalid body, to find lines that this
// package does not use: it has its own.
type bareCache struct{ *cache.DefaultCache }

// Store stores the entry with an empty schema as its text. Without any text the
// library would make it anew for each parameter.
func (c bareCache) Store(key uint64, entry *cache.SchemaCacheEntry) {
	bare := *entry
	bare.RenderedInline, bare.RenderedNode, bare.ResourceNodes = []byte("{}"), nil, nil
	c.DefaultCache.Store(key, &bare)
}
