import { reword } from "../../cli/modules/rewording";

describe("the words of a module", () => {
  test("replace those of the constructs wherever they are", () => {
    const body = { name: "use_mode_extend", list: ["in mode extend", "other"] };

    expect(reword(body, [[/extend/g, "verify"]])).toEqual({
      name: "use_mode_verify",
      list: ["in mode verify", "other"],
    });
  });

  test("fail where the constructs say something else now", () => {
    expect(() =>
      reword(
        ["mode extend"],
        [
          [/extend/g, "verify"],
          [/mode join/g, "mode verify"],
        ],
      ),
    ).toThrow(
      "no text of the constructs matches /mode join/g: correct these words in cli/modules to what the constructs say now",
    );
  });
});
