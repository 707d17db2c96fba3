/**
 * A Gatehouse's name: that of its stack and, where the stack holds more than it, the construct's path in there:
 * "Gatehouse", "Portal/SignUp". It is told from others by it in metrics, logs, outputs and the command line's --stack.
 */
export function stackNameOf(name: string): string {
  return name.split("/", 1)[0] as string;
}

/** A stack's output as CloudFormation calls it: "AccessListTable", "SignUpAccessListTable". */
export function outputKeyOf(name: string, output: string): string {
  const path = name.split("/").slice(1).join("");
  return `${path.replace(/[^A-Za-z0-9]/g, "")}${output}`;
}
