"""What the test of a ranking means, in words."""

from __future__ import annotations

from ganreg.comparison.ranking import NOT_TOLD_APART, Ranking


def how_tested(ranking: Ranking) -> str:
    """Returns how differences from the best were tested; empty if none was."""
    noise = ranking.noise
    if noise is None:
        return ""
    paired = ", with trials of the same seed as pairs" if noise.paired else ""
    logarithmic = " between logarithms" if noise.logarithmic else ""
    return f"p is from Tukey's range test for the differences{logarithmic} of all pairs of combinations{paired}."


def what_would_tell(ranking: Ranking) -> str:
    """Returns which differences these seeds show, and how many seeds would show one that they do not; may be empty."""
    noise = ranking.noise
    row = next((row for row in ranking.rows if row.verdict == NOT_TOLD_APART), None)
    if noise is None or row is None:
        return ""
    own, best = (each.scores[ranking.columns[0]].by_seed for each in (row, ranking.rows[0]))
    seeds = min(len(own), len(best))
    least = noise.detectable(seeds)
    shown = f"a factor of {least:.3g}" if noise.logarithmic else f"a difference of {least:.3g}"
    needed = noise.seeds_for(own, best)
    label = ", ".join(row.axes.values()) or "the next"
    more = (
        f"a difference as small as that of {label} would take more than 1,000 seeds"
        if needed is None
        else f"the difference of {label} would take about {needed} seeds"
    )
    return f"Not told apart: {seeds} seeds show {shown} or more; {more}."
