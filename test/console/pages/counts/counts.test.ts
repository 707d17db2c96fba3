import { asked, startConsole } from "../../support";

it("the menu counts the waiting inbox items and requests, and reads the inbox once a minute", async () => {
  const console = await startConsole();
  const read = async () => await (await console.get("/counts", "Reader")).json();
  expect(await read()).toEqual({ inbox: "0", approvals: "0" });
  await asked(console, "kim@counts.example");
  expect(await read()).toEqual({ inbox: "0", approvals: "1" });
  console.setTime(new Date(Date.now() + 61_000));
  expect(await read()).toEqual({ inbox: "1", approvals: "1" });
  vi.spyOn(console.world.approvals, "briefsByState").mockImplementation(async function* () {
    for (const page of [[], []]) yield page; // of whom nobody waits any more
  });
  expect(await read()).toMatchObject({ approvals: "0" });
  await console.close();
});
