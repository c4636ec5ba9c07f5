"""What the `names` stage needs: gazetteer, sound keys, attested words, evidence, consensus."""
