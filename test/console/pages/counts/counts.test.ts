import { asked, startConsole } from "../../support";

it("the menu's numbers are those who wait", async () => {
  const console = await startConsole();
  const read = async () => await (await console.get("/counts", "Reader")).json();
  expect(await read()).toMatchObject({ approvals: "0" });
  await asked(console, "kim@counts.example");
  expect(await read()).toMatchObject({ approvals: "1" });
  await console.close();
});
