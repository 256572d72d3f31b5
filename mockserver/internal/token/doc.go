// Package token knows the forms of the secrets that the fake accepts and makes:
// management keys, minted keys and authorization codes. It checks no secret.
package token
