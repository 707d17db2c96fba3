import { describeOldZones } from "../../cli/environment";
import { runCommand } from "../../cli/main";

const vancouver = { node: "2025c", system: "2026a", zone: "America/Vancouver" };

describe("outdated time zones of Node are reported", () => {
  it.each([
    { why: "the system's are newer", data: vancouver, isTold: true },
    { why: "the machine has no named zone", data: { ...vancouver, zone: undefined }, isTold: true },
    { why: "they are the same", data: { ...vancouver, node: "2026a" }, isTold: false },
    { why: "Node's are newer", data: { ...vancouver, node: "2026b" }, isTold: false },
    { why: "the system's are unknown, as on Windows", data: { ...vancouver, system: undefined }, isTold: false },
    { why: "Node was built without them", data: { ...vancouver, node: undefined }, isTold: false },
    { why: "the machine runs in UTC", data: { ...vancouver, zone: "UTC" }, isTold: false },
  ])("if $why: $isTold", ({ data, isTold }) => {
    expect(describeOldZones(data)?.startsWith("Node's time zones are of 2025c, this system's of 2026a") ?? false).toBe(isTold);
  });

  // Nothing runs at this place, so the commands fail once they have read the time.
  const NOWHERE = ["--local", "--data", "/nowhere"];
  it.each([
    { args: ["gate", "closed", "--until", "2099-01-01T18:00", "--reason", "bots", "--yes", ...NOWHERE], isTold: true },
    { args: ["gate", "closed", "--until", "2099-01-01", "--reason", "bots", "--yes", ...NOWHERE], isTold: true },
    { args: ["gate", "closed", "--until", "2099-01-01T18:00Z", "--reason", "bots", "--yes", ...NOWHERE], isTold: false },
    { args: ["gate", "closed", "--until", "2099-01-01T18:00+01:00", "--reason", "bots", "--yes", ...NOWHERE], isTold: false },
    { args: ["gate", "closed", "--for", "2h", "--reason", "bots", "--yes", ...NOWHERE], isTold: false },
    { args: ["doctor", "--record", "-"], isTold: true },
  ])("once, by doctor and by each command that reads a local time: $args.0 $args.2 $args.3: $isTold", async ({ args, isTold }) => {
    let stderr = "";
    await runCommand(args, { stdout: { write: () => true }, stderr: { write: (text) => (stderr += text) } }, undefined, vancouver);
    expect(stderr.match(/Node's time zones/g)?.length ?? 0).toBe(isTold ? 1 : 0);
  });

  it("never after an error in JSON", async () => {
    let stderr = "";
    const args = ["gate", "closed", "--until", "2099-01-01T18:00", "--reason", "bots", "--yes", "--json", ...NOWHERE];
    await runCommand(args, { stdout: { write: () => true }, stderr: { write: (text) => (stderr += text) } }, undefined, vancouver);
    expect(JSON.parse(stderr.trim())).toMatchObject({ exitCode: 1 });
  });
});
