/** How to install the package that a message of Node, TypeScript or esbuild says is missing; empty where it names none. */
export function installHint(message: string): string {
  const [, name] =
    /(?:Cannot find (?:module|package) '|Could not resolve ")((?:@[\w.-]+\/)?\w[\w.-]*)(?:\/[^'"]*)?['"]/.exec(message) ?? [];
  return name === undefined || name === "entra-gatehouse" ? "" : `\nIs it a package that is not installed yet? Run "npm install ${name}".`;
}
