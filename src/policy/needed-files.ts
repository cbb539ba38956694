/** What logs, editors, systems and tools leave, and make again by themselves. */
const leavings =
  /(?:\.(?:log|pid|pyc|pyo|class|o|so|swp|swo|tmp|bak|orig|cache|tsbuildinfo|map|gz|zip|tgz|db-wal|db-shm)|~)$|^(?:\.ds_store|thumbs\.db|desktop\.ini|\.coverage|\.eslintcache|\.stylelintcache|coverage\..*|npm-debug.*|yarn-(?:debug|error).*|\.pnp\..*|\.node_repl_history)$/i;

/** Of what git ignores in a checkout (folders with a slash at the end), the files that programs are likely to read. */
export const neededFiles = (ignored: readonly string[]): readonly string[] =>
  ignored.filter((path) => !path.endsWith("/") && !leavings.test(path.slice(path.lastIndexOf("/") + 1)));
