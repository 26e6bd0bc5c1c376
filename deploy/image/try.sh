#!/bin/sh
# Starts an unpacked image as a container would: its root read-only, as its user, without capabilities, its data on a file system of
# its own. For scripts/try-image.ts, as root, in a mount namespace of its own: $1 the root, $2 the folder of the data, $3 the port.
set -e
mount --bind "$1" "$1"
mount -o remount,ro,bind "$1"
mount --bind "$2" "$1/data"
mount -t proc proc "$1/proc"
start='process.chdir("/data"); process.execve("/usr/bin/rollcall", ["rollcall", "serve"], process.env)'
exec env -i PATH=/usr/bin HOST=127.0.0.1 PORT="$3" ROLLCALL_DATA=/data NODE_ENV=production \
  ROLLCALL_OPERATOR_KEY_FILE=/data/operator-key /usr/sbin/chroot --userspec=65532:65532 "$1" /usr/bin/node --no-warnings -e "$start"
