/// Where tasks come from: files, folders as the hub lays them out, and the download from a hub.
@NullMarked
package dev.hone.task.dataset;

import org.jspecify.annotations.NullMarked;
