-- Stands before the scripts in a cluster, where channels are those of the lane's shard.
local publish = 'SPUBLISH'

