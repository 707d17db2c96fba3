import { type DoctorContext, onMachine } from "../../../features/doctor/verbs/check";

const context = {} as DoctorContext;

afterEach(() => vi.useRealTimers());

it("doctor waits ten seconds for a check's answer, even if the check ignores its signal", async () => {
  vi.useFakeTimers();
  let isOver = false;
  const result = onMachine("slow", (_, signal) => {
    signal.addEventListener("abort", () => {
      isOver = true;
    });
    return new Promise(() => undefined);
  }).run(context);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isOver).toBe(true);
  const fault = { id: "slow.unknown", what: "The check slow could not run.", fix: expect.stringContaining("longer than 10 s") };
  expect(await result).toEqual({ check: "slow", faults: [fault] });
});

it("doctor reports as a fault any error that a check throws", async () => {
  const failing = onMachine("odd", () => {
    throw new Error("out of paper");
  });
  expect(await failing.run(context)).toMatchObject({ faults: [{ id: "odd.unknown", fix: expect.stringContaining("out of paper") }] });
});
