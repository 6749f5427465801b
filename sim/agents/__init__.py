"""Who acts: residents, youths and households; schools, police, corporaties, the municipality, justice."""
