"""Who changed which configuration or record, before and after. Tickets keep their own timeline; everything else is here."""
