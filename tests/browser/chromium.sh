#!/bin/sh
# The browser that the tests of the desk drive, from the distribution: found, or installed when
# that is possible. Without it those tests are skipped; this says so and never fails.
set -u
if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing chromium for the browser tests (some 400 MB on disk)"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -qq update && apt-get -qq install -y --no-install-recommends \
        chromium fonts-noto-core; } >/dev/null 2>&1 && exit 0
fi
echo "warning: chromium is not here (apt-get install chromium fonts-noto-core); browser tests are skipped"
