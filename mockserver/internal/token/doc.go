// Package token knows the forms of the secrets that the fake accepts and makes:
// management keys, minted keys and authorization codes. It checks no secret.
//
//	random bytes ─► Mint, NewCode ─► a secret
//	bearer token ─► WorldOf, LooksReal ─► the world that it opens, or why it is refused
//	the prefix of minted keys ─► NewRedactor ─► what removes secrets from text
package token
