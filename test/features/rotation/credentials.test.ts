import { gatehouse, jsonLines, startInstance, type TestInstance, type TestVersion } from "../../cli/support";

let instance: TestInstance;
afterEach(() => instance.close());

const credentials = (...args: string[]) => gatehouse("entra", "credentials", ...args, ...instance.local);

const fresh: TestVersion[] = [{ password: "one", stages: ["AWSCURRENT"], hoursAgo: 1 }];
const rotatedAgo = (hoursAgo: number): TestVersion[] => [
  { password: "one", stages: ["AWSPREVIOUS"], hoursAgo: 99 },
  { password: "two", stages: ["AWSCURRENT"], hoursAgo },
];

describe("entra credentials show", () => {
  it.each([
    { given: "there is one version", versions: fresh, password: "one", passes: false },
    { given: "it was rotated an hour ago", versions: rotatedAgo(1), password: "two", passes: true },
    { given: "it was rotated 8 days ago", versions: rotatedAgo(8 * 24), password: "two", passes: false },
  ])("shows the current password and whether another one still works: $given", async ({ versions, password, passes }) => {
    instance = await startInstance(versions);
    const ran = await credentials("show");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain(`User name: entra\nPassword:  ${password}\n`);
    expect(ran.stdout).toContain(passes ? "The previous password works until 20" : "No earlier password works.");
    const [json] = jsonLines(await credentials("show", "--json"));
    const other = { previousPassesUntil: expect.stringMatching(/^20.*Z$/), notSeenAt: ["after-sign-in", "before-create-user"] };
    expect(json).toEqual({ username: "entra", password, ...(passes && other) });
  });

  it.each([
    {
      hours: 23,
      seen: ["after-sign-in", "before-create-user"],
      says: "Entra shows the password at every step. The previous password works until 20",
    },
    { hours: 25, seen: ["after-sign-in", "before-create-user"], says: "No earlier password works.\n" },
    { hours: 25, seen: ["after-sign-in"], says: "Entra has not shown it yet at: before-create-user.\n" },
    { hours: 169, seen: [], says: "No earlier password works.\n" },
  ])("reports if Entra has shown the new password: $hours hours after the rotation, seen at $seen", async ({ hours, seen, says }) => {
    instance = await startInstance(rotatedAgo(hours));
    await instance.seen("version-1", ...seen);
    expect((await credentials("show")).stdout).toContain(says);
  });

  it("explains what to do about a secret without a version", async () => {
    instance = await startInstance([]);
    expect(await credentials("show")).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("no current version") });
  });
});

describe("entra credentials rotate", () => {
  it("creates a password of 40 letters and digits, and the old one becomes the previous one", async () => {
    instance = await startInstance(fresh);
    const rotated = await credentials("rotate");
    expect(rotated.exitCode).toBe(0);
    expect(rotated.stdout).toMatch(
      /^User name: entra\nPassword: {2}[A-Za-z0-9]{40}\nPaste them into each of Entra's API connectors within 24 hours/,
    );
    const [, password] = /Password: {2}(\S+)/.exec(rotated.stdout) ?? [];
    expect(jsonLines(await credentials("show", "--json"))).toEqual([
      { username: "entra", password, previousPassesUntil: expect.any(String), notSeenAt: ["after-sign-in", "before-create-user"] },
    ]);
  });

  it("needs --force if Entra may still use the password that the rotation ends", async () => {
    instance = await startInstance(rotatedAgo(23));
    expect(await credentials("rotate")).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("add --force") });
    expect(jsonLines(await credentials("show", "--json"))).toEqual([expect.objectContaining({ password: "two" })]);
    const forced = await credentials("rotate", "--force");
    expect(forced.stdout).toMatch(/\nThe password before that one stops working within 6 minutes\.\n$/);
    const again = await credentials("rotate", "--force", "--json");
    expect(jsonLines(again)).toEqual([{ username: "entra", password: expect.stringMatching(/^[A-Za-z0-9]{40}$/) }]);
  });

  it.each([1, 25])("needs no --force once every step has seen the current password (%d hours later)", async (hours) => {
    instance = await startInstance(rotatedAgo(hours));
    await instance.seen("version-1", "after-sign-in", "before-create-user");
    expect(await credentials("rotate")).toMatchObject({ exitCode: 0 });
  });
});

describe("entra credentials revoke", () => {
  it("needs --force while Entra may still send the previous password", async () => {
    instance = await startInstance(rotatedAgo(1));
    await instance.seen("version-1", "before-create-user");
    const refused = await credentials("revoke");
    expect(refused).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringMatching(/yet at: after-sign-in\..*--force/) });
    expect(jsonLines(await credentials("revoke", "--force", "--json"))).toEqual([{ revoked: true }]);
    expect(jsonLines(await credentials("show", "--json"))).toEqual([{ username: "entra", password: "two" }]);
  });

  it.each(["rotate", "revoke"])(
    "needs --force, like rotate, while the gateway may still report calls with the old password: %s",
    async (verb) => {
      instance = await startInstance(rotatedAgo(0.25));
      await instance.seen("version-1", "after-sign-in", "before-create-user");
      expect(await credentials(verb)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/may still show the password before: .* Wait until 20.*, or add --force\./),
      });
      expect(await credentials(verb, "--force")).toMatchObject({ exitCode: 0 });
    },
  );

  it("ends the previous password", async () => {
    instance = await startInstance(rotatedAgo(1));
    await instance.seen("version-1", "after-sign-in", "before-create-user");
    const ran = await credentials("revoke");
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^The previous password is revoked\. .*minutes more/) });
    expect(jsonLines(await credentials("show", "--json"))).toEqual([{ username: "entra", password: "two" }]);
    expect(jsonLines(await credentials("revoke", "--json"))).toEqual([{ revoked: false }]);
  });

  it("keeps the only password", async () => {
    instance = await startInstance(fresh);
    expect(await credentials("revoke")).toMatchObject({ exitCode: 0, stdout: "Nothing to revoke: only the current password works.\n" });
    expect(jsonLines(await credentials("show", "--json"))).toEqual([{ username: "entra", password: "one" }]);
  });
});
