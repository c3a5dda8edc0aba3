"""The script that shuts a program away: it runs as the first process of new namespaces and builds a root in memory.

Arguments: folder, size of the copy in MB, copy | probe, how many further read-only folders, those, then the command.
"""

from typing import Final

SET_UP: Final = r"""
trap 'exit 125' EXIT
folder=$1; size=$2; what=$3; further=$4; shift 4
mount --make-rprivate /
root=/sys  # it is always there, and nothing we need lies below it
mount -t tmpfs -o size=1m,mode=755,nosuid tmpfs $root
mkdir $root/usr $root/etc $root/dev $root/proc $root/tmp $root/work $root/source $root/run $root/home $root/old
shut() { mount --bind "$1" "$2"; mount -o remount,bind,ro,nosuid,nodev "$2"; }
shut /usr $root/usr
for name in bin sbin lib lib64 lib32 libx32; do
  if [ -L /$name ]; then ln -s usr/$name $root/$name
  elif [ -d /$name ]; then mkdir $root/$name; shut /$name $root/$name; fi
done
for name in alternatives ld.so.conf.d; do
  if [ -d /etc/$name ]; then mkdir $root/etc/$name; shut /etc/$name $root/etc/$name; fi
done
if [ -e /etc/ld.so.cache ]; then : > $root/etc/ld.so.cache; shut /etc/ld.so.cache $root/etc/ld.so.cache; fi
echo 'root:x:0:0:root:/tmp:/bin/sh
nobody:x:65534:65534:nobody:/tmp:/bin/sh' > $root/etc/passwd
echo 'root:x:0:
nogroup:x:65534:' > $root/etc/group
echo '127.0.0.1 localhost' > $root/etc/hosts
for name in null zero full random urandom; do
  : > $root/dev/$name; mount --bind /dev/$name $root/dev/$name
done
ln -s /proc/self/fd $root/dev/fd
mkdir $root/dev/shm
mount -t tmpfs -o size=${size}m,mode=1777,nosuid,nodev tmpfs $root/tmp
mount -t tmpfs -o size=16m,mode=1777,nosuid,nodev tmpfs $root/dev/shm
mount -t tmpfs -o size=${size}m,mode=777,nosuid,nodev tmpfs $root/work
if [ $what = copy ]; then
  mount --bind "$folder" $root/source
  cp -R --no-preserve=ownership $root/source/. $root/work/
  chmod -R u+rwX,go+rwX $root/work
  umount $root/source
fi
# After the copy: a further folder may itself lie below a /work or /tmp of this machine, and is not to be changed.
while [ "$further" -gt 0 ]; do
  mkdir -p "$root$1"; shut "$1" "$root$1"; shift; further=$((further - 1))
done
mount -t proc -o nosuid,nodev,noexec proc $root/proc
cd $root
pivot_root . old
umount -l /old
rmdir /old /source
mount -o remount,bind,ro,nosuid /
cd /work
printf '\036ready\n'
trap - EXIT
set +e
"$@"
status=$?
exit $status
"""
