import { Command } from "commander";
import { withDeployment } from "../../cli/command";

/** The stack that a command works on. */
async function stackOf(...args: readonly string[]): Promise<string> {
  let stack = "";
  const command = withDeployment(new Command("list"))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.action((options: { stack: string }) => {
    stack = options.stack;
  });
  await command.parseAsync(args, { from: "user" });
  return stack;
}

beforeEach(() => {
  delete process.env.GATEHOUSE_STAGE;
});
afterAll(() => {
  delete process.env.GATEHOUSE_STAGE;
});

it.each<{ args: readonly string[]; stage?: string; stack: string }>([
  { args: [], stack: "Gatehouse" },
  { args: ["--stage", "test"], stack: "Gatehouse-test" },
  { args: ["--stack", "Portal", "--stage", "test"], stack: "Portal-test" },
  { args: ["--stack", "Portal/SignUp", "--stage", "test"], stack: "Portal-test/SignUp" },
  { args: [], stage: "test", stack: "Gatehouse-test" },
  { args: ["--stage", "eu"], stage: "test", stack: "Gatehouse-eu" },
  // As outputs print it.
  { args: ["--stack", "Gatehouse-test"], stage: "test", stack: "Gatehouse-test" },
  { args: ["--local", "--stage", "test"], stack: "Gatehouse" },
])("$args with GATEHOUSE_STAGE=$stage works on the stack $stack", async ({ args, stage, stack }) => {
  if (stage !== undefined) process.env.GATEHOUSE_STAGE = stage;
  expect(await stackOf(...args)).toBe(stack);
});

it("tells settings.ts the stage", async () => {
  await stackOf("--stage", "test");
  expect(process.env.GATEHOUSE_STAGE).toBe("test");
});

it.each([
  { args: ["--stage", "Test"], stage: undefined, says: '--stage is "Test": a stage\'s name has up to 32 small letters' },
  { args: [], stage: "a b", says: 'GATEHOUSE_STAGE is "a b": a stage\'s name has up to 32 small letters' },
])("refuses what is no stage: $says", async ({ args, stage, says }) => {
  if (stage !== undefined) process.env.GATEHOUSE_STAGE = stage;
  await expect(stackOf(...args)).rejects.toThrow(says);
});
