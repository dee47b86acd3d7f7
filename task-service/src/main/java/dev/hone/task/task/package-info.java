/// The ledger: phases issued, groups, episodes with their leases, and what became of each.
@NullMarked
package dev.hone.task.task;

import org.jspecify.annotations.NullMarked;
