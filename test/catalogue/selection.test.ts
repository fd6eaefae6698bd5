import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineLayers } from "../../lib/catalogue/define-layers.ts";
import { LAYERS } from "../../lib/catalogue/layers.ts";
import { selectLayers } from "../../lib/catalogue/selection.ts";
import { InvalidInputError } from "../../lib/run/errors.ts";

const catalogue = defineLayers(LAYERS);
const names = catalogue.layers.map((layer) => layer.name);

describe("selectLayers", () => {
  it.each(["deploy", "plan"] as const)("adds dependencies for %s, dependencies first", (operation) => {
    expect(selectLayers(catalogue, operation, ["app"])).toEqual([
      "foundation",
      "platform-step02",
      "platform-step03",
      "app",
    ]);
  });

  it("adds dependents for destroy, dependents first", () => {
    const selected = selectLayers(catalogue, "destroy", ["platform-step03"]);
    expect([...selected].sort()).toEqual(["app", "finops", "observability", "platform-step03"]);
    expect(selected.indexOf("finops")).toBeLessThan(selected.indexOf("observability"));
    expect(selected.at(-1)).toBe("platform-step03");
  });

  it("takes all of them for all", () => {
    expect(selectLayers(catalogue, "deploy", "all")).toEqual(names);
    expect(selectLayers(catalogue, "destroy", "all")).toEqual([...names].reverse());
  });

  it("is closed: what a selected layer needs is selected, and stands before it", () => {
    fc.assert(
      fc.property(fc.subarray(names, { minLength: 1 }), (wanted) => {
        const selected = selectLayers(catalogue, "deploy", wanted);
        for (const name of selected)
          for (const dependency of catalogue.layer(name).dependsOn)
            expect(selected.slice(0, selected.indexOf(name))).toContain(dependency);
        expect(selected).toEqual(expect.arrayContaining(wanted));
      }),
    );
  });

  it("rejects a name that is not there and says which was meant", () => {
    const select = (): unknown => selectLayers(catalogue, "plan", ["foundatoin"]);
    expect(select).toThrow(InvalidInputError);
    expect(select).toThrow('there is no layer "foundatoin"; did you mean "foundation"?');
  });
});
