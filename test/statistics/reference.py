"""Writes reference-python.json: what SciPy, statsmodels and arch give for the inputs in it.

    pip install scipy==1.17.1 statsmodels==0.15.0 arch==8.0.0
    python test/statistics/reference.py > test/statistics/reference-python.json
"""

import json

import arch
import numpy as np
import scipy
import statsmodels
from arch.bootstrap import MovingBlockBootstrap, optimal_block_length
from scipy import special, stats
from statsmodels.tsa.stattools import acf

random = np.random.default_rng(20261)


def ar1(n, phi):
    noise = random.normal(size=n)
    x = np.zeros(n)
    for t in range(1, n):
        x[t] = phi * x[t - 1] + noise[t]
    return np.round(x, 3)


# Exact with ties: every division of the pooled values, two-sided p = 2 * the smaller tail (SciPy's permutation_test).
tied = []
for n, m, values in [(3, 4, 4), (4, 4, 3), (5, 5, 6), (5, 8, 5), (7, 6, 9), (9, 9, 12), (2, 12, 4)]:
    before = random.integers(0, values, n)
    after = random.integers(0, values, m) + int(random.integers(0, 3))
    result = stats.mannwhitneyu(after, before, method=stats.PermutationMethod(n_resamples=np.inf))
    tied.append(dict(before=before.tolist(), after=after.tolist(), u=result.statistic, p=result.pvalue))

exact = []
for n, m, shift in [(4, 4, 1), (5, 5, 0.5), (6, 6, 2), (12, 12, 0.7), (10, 7, -1), (12, 40, 0.6)]:
    before = np.round(random.normal(size=n), 4)
    after = np.round(random.normal(size=m) + shift, 4)
    result = stats.mannwhitneyu(after, before, method='exact')
    exact.append(dict(before=before.tolist(), after=after.tolist(), u=result.statistic, p=result.pvalue))

normal = []
for n, m, values in [(13, 13, 1000), (13, 13, 4), (20, 31, 7), (40, 25, 3)]:
    before = random.integers(0, values, n)
    after = random.integers(0, values, m) + int(random.integers(0, 2))
    result = stats.mannwhitneyu(after, before, method='asymptotic', use_continuity=True)
    normal.append(dict(before=before.tolist(), after=after.tolist(), u=result.statistic, p=result.pvalue))

series = []
for n, phi in [(300, 0.0), (300, 0.3), (300, 0.7), (500, 0.9), (200, -0.6)]:
    x = ar1(n, phi)
    series.append(
        dict(
            values=x.tolist(),
            acf=acf(x, nlags=5, adjusted=False).tolist(),
            circular=float(optimal_block_length(x)['circular'].iloc[0]),
        )
    )

x = series[2]['values']


def percentile(statistic):
    return MovingBlockBootstrap(12, np.array(x), seed=1).conf_int(statistic, 50000, method='percentile').ravel().tolist()


bootstrap = dict(series=2, block=12, mean=percentile(np.mean), median=percentile(np.median))

beta = [
    dict(x=x, a=a, b=b, value=float(special.betainc(a, b, x)))
    for x, a, b in [(0.3, 2, 5), (0.5, 0.5, 0.5), (0.01, 1, 300), (0.999, 200, 0.5), (0.0235, 212, 8789), (0.6, 3e6, 2e6)]
]
# Quantiles of the beta distribution: binomtest's own intervals are solved to 2e-12 absolute only.
clopper_pearson = []
for k, n, level in [(0, 10, 0.95), (1, 10, 0.95), (10, 10, 0.95), (212, 9000, 0.95), (0, 5400, 0.95), (7, 20, 0.9),
                    (3, 1000000, 0.95), (3000000, 5000000, 0.95)]:
    low = 0 if k == 0 else float(stats.beta.ppf((1 - level) / 2, k, n - k + 1))
    high = 1 if k == n else float(stats.beta.ppf((1 + level) / 2, k + 1, n - k))
    assert np.allclose([low, high], list(stats.binomtest(k, n).proportion_ci(level, method='exact')), atol=1e-11)
    clopper_pearson.append(dict(k=k, n=n, level=level, interval=[low, high]))
normal_tail = [dict(z=z, value=float(stats.norm.sf(z))) for z in [-8, -1, 0, 0.001, 1, 1.96, 2.999, 3, 5, 8, 12, 35]]
normal_quantile = [dict(p=p, value=float(stats.norm.ppf(p))) for p in [1e-12, 0.005, 0.025, 0.4, 0.5, 0.9, 0.975, 0.995]]
log_gamma = [dict(x=x, value=float(special.gammaln(x))) for x in [0.001, 0.5, 1, 2, 3.7, 15, 100.5, 1e6]]

print(
    json.dumps(
        dict(
            source=f'SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}, arch {arch.__version__}',
            tied=tied,
            exact=exact,
            normal=normal,
            series=series,
            bootstrap=bootstrap,
            beta=beta,
            clopperPearson=clopper_pearson,
            normalTail=normal_tail,
            normalQuantile=normal_quantile,
            logGamma=log_gamma,
        )
    )
)
