/// The jail: one bubblewrap jail with a warm Python fork server, and a fresh confined process in it for every call.
///
/// The Python side is in `resources/sandbox`: `daemon.py` runs outside the jail and talks frames with
/// {@link dev.hone.sandbox.isolation.JailProcess}; `zygote.py` and `snippet.py` run inside.
@NullMarked
package dev.hone.sandbox.isolation;

import org.jspecify.annotations.NullMarked;
