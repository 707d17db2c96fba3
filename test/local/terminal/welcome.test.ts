import type { Instance } from "../../../local/data/instance";
import { welcomeText } from "../../../local/terminal/welcome";

const extension = { url: "http://127.0.0.1:7075", tokenUrl: "http://127.0.0.1:1/token", tenantId: "t", audience: "a" };
const instance = {
  apiUrl: "http://127.0.0.1:7071",
  username: "entra",
  password: "secret",
  aws: {},
  tables: {},
  eventsFile: "e",
  data: "/tmp/mine",
  extension,
};
const suppliers = { apiUrl: "http://127.0.0.1:7071/suppliers", username: "entra-suppliers", password: "theirs" };

const welcome = (more: Partial<Instance>, ...paths: string[]) =>
  welcomeText({
    instance: { ...instance, ...more } as unknown as Instance,
    paths,
    warnings: [],
    samplesLoaded: undefined,
    ephemeral: true,
  });

it("tells the credentials of each gate, and has the unnamed one tried", () => {
  const text = welcome({ gates: { suppliers } as never }, "/before-create-user", "/suppliers/before-create-user");
  expect(text).toMatch(/Password +secret\n\n +Gate suppliers +\/suppliers\/…\n +User name +entra-suppliers\n +Password +theirs\n/);
  expect(text).toMatch(/curl -u 'entra:secret' .*\n.*7071\/before-create-user\n/);
});

it("tells nothing of gates where there is one", () => expect(welcome({}, "/before-create-user")).not.toMatch(/gate /i));

it("stays on one screen, with commands that reach this very run", () => {
  const text = welcome({}, "/after-sign-in", "/before-create-user", "/before-sending-token");
  expect(text.split("\n").length).toBeLessThan(40);
  expect(text.match(/--local.*/g)).toEqual(Array(3).fill("--local --data '/tmp/mine'"));
});
