/** Whether an address leads to a server on this machine. What is no address does not. */
export function isLoopback(url: string | null): boolean {
  const host = url === null ? "" : (URL.parse(url)?.hostname ?? "");
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}
