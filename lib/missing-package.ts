/** How to install the package that a message of Node, TypeScript or esbuild says is missing; empty where it names none. */
export function installHint(message: string): string {
  const [, name] =
    /(?:Cannot find (?:module|package) '|Could not resolve ")((?:@[\w.-]+\/)?\w[\w.-]*)(?:\/[^'"]*)?['"]/.exec(message) ?? [];
  if (name === "entra-gatehouse") return /'entra-gatehouse\//.test(message) ? '\nA policy imports from "entra-gatehouse" alone.' : "";
  return name === undefined ? "" : `\nIs it a package that is not installed yet? Run "npm install ${name}".`;
}
