package account

// Created returns how many keys were created, including those that are deleted.
func (s *Store) Created() int64 { return s.created }

// Codes returns how many codes the store holds.
func (s *Store) Codes() int { return len(s.codes) }
