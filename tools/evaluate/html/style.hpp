#pragma once
// The report's looks: light and dark, narrow screens, paper.

#include <string_view>

namespace fairline::evaluate {

inline constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark;
  --page: #ffffff; --ink: #1c2127; --soft: #5c6672; --rule: #d9dee4; --panel: #f5f7f9;
  --good: #17704a; --bad: #b3342b; --good-panel: #e7f4ec; --bad-panel: #fbeae8;
  --series-0: #1f6fb2; --series-1: #c25a10; --series-2: #2a8455; --series-3: #8a4fb0;
  --series-4: #7a828c; --series-5: #a58412; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14181d; --ink: #e6e9ed; --soft: #9aa5b1; --rule: #313a44; --panel: #1c2229;
  --good: #62c796; --bad: #f08a80; --good-panel: #16301f; --bad-panel: #3a1d1a;
  --series-0: #6ab0ea; --series-1: #f0944d; --series-2: #63c392; --series-3: #c39ae0;
  --series-4: #98a2ad; --series-5: #d9b949; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1240px; padding: 2rem 1.25rem 4rem; background: var(--page);
  color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans",
  sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.6rem 0 .5rem; padding-top: .9rem;
  border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
p { margin: .4rem 0 .8rem; max-width: 78ch; }
.soft { color: var(--soft); } td .soft { font-size: .92em; }
.findings { list-style: none; padding: 0; margin: 1.1rem 0; }
.findings li { padding: .5rem .8rem; margin: .35rem 0; border-left: 4px solid var(--rule);
  background: var(--panel); border-radius: 0 6px 6px 0; }
.findings .beaten { border-color: var(--good); }
.findings .worse { border-color: var(--bad); }
.alarm { border: 2px solid var(--bad); background: var(--bad-panel); border-radius: 8px;
  padding: .8rem 1rem; margin: 1rem 0; }
.calm { border-color: var(--good); background: var(--good-panel); }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .9rem; }
a { color: var(--series-0); }
.wide { overflow-x: auto; margin: .6rem 0 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .84rem; }
th, td { padding: .25rem .5rem; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--rule); }
th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
th:first-child, td:first-child, .left { text-align: left; }
tr.reference td { color: var(--soft); }
tr.served td:first-child { font-weight: 600; }
td.good { color: var(--good); } td.bad { color: var(--bad); }
td.words { white-space: normal; text-align: left; min-width: 26rem; }
details { margin: .5rem 0 1rem; }
summary { cursor: pointer; color: var(--soft); }
.row { display: flex; flex-wrap: wrap; gap: .5rem 1.4rem; align-items: flex-start; }
.row > div { min-width: 0; }
figure { margin: .6rem 0 1.2rem; }
figcaption { font-weight: 600; font-size: .9rem; margin-bottom: .3rem; }
svg { display: block; width: 100%; height: auto; font-size: 11px; }
.row figure { flex: 0 1 280px; width: 280px; }
svg text { fill: var(--soft); } svg .end { text-anchor: end; } svg .mid { text-anchor: middle; }
svg .grid { stroke: var(--rule); stroke-width: 1; }
svg .zero { stroke: var(--soft); stroke-width: 1.2; }
svg .bar { stroke: currentColor; stroke-width: 2; opacity: .65; }
svg .line { stroke: currentColor; stroke-width: 1.6; fill: none; }
svg circle, svg rect { fill: currentColor; } svg rect { opacity: .55; }
.s0 { color: var(--series-0); } .s1 { color: var(--series-1); } .s2 { color: var(--series-2); }
.s3 { color: var(--series-3); } .s4 { color: var(--series-4); } .s5 { color: var(--series-5); }
@media print { :root { color-scheme: light;
  --page: #fff; --ink: #000; --soft: #444; --rule: #ccc; --panel: #f5f5f5; }
  body { max-width: none; padding: 0; font-size: 10.5pt; } nav { display: none; }
  .wide { overflow: visible; } table { font-size: 7.5pt; } th, td { padding: .15rem .3rem; }
  h2 { break-after: avoid; } figure, tr, .alarm { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  td.words { min-width: 0; } }
)";

}  // namespace fairline::evaluate
