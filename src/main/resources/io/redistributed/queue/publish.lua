-- Stands before the scripts where channels are the ordinary ones.
local publish = 'PUBLISH'

