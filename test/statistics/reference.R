# Prints reference-r.json: what R gives for the inputs in it. Base R only.
#   Rscript test/statistics/reference.R > test/statistics/reference-r.json
# The file in the repository came from R 4.6.0 as WebAssembly (npm package webr 0.6.0).
json <- function(x) {
  if (is.list(x)) {
    parts <- vapply(x, json, '')
    if (is.null(names(x))) return(paste0('[', paste(parts, collapse = ','), ']'))
    return(paste0('{', paste0('"', names(x), '":', parts, collapse = ','), '}'))
  }
  if (is.character(x)) return(paste0('"', x, '"'))
  paste0('[', paste(trimws(formatC(as.numeric(x), digits = 15, format = 'g')), collapse = ','), ']')
}

# Hollander & Wolfe 1973, p. 69 (in R's help of wilcox.test): permeability of the human chorioamnion
at_term <- c(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46)
weeks_12_26 <- c(1.15, 0.88, 0.90, 0.74, 1.21)
set.seed(20261)
arms <- list(list(at_term, weeks_12_26))
for (size in list(c(4, 4), c(5, 5), c(6, 6), c(5, 8), c(12, 12), c(12, 30)))
  arms <- c(arms, list(list(round(rnorm(size[1]), 4), round(rnorm(size[2], 0.8), 4))))
shifts <- lapply(arms, function(arm) {
  test <- wilcox.test(arm[[2]], arm[[1]], conf.int = TRUE, exact = TRUE)
  list(before = arm[[1]], after = arm[[2]], p = test$p.value, u = test$statistic, estimate = test$estimate,
       interval = test$conf.int)
})

tied <- lapply(list(c(4, 4), c(5, 6), c(8, 5), c(12, 12)), function(size) {
  before <- sample(1:6, size[1], replace = TRUE)
  after <- sample(2:7, size[2], replace = TRUE)
  test <- wilcox.test(after, before, exact = TRUE) # since R 4.6 exact with ties too
  list(before = before, after = after, method = test$method, p = test$p.value, u = test$statistic)
})

sample <- round(rexp(37, 1 / 100), 2)
p <- c(0.01, 0.02, 0.03, 0.005, 0.2, 0.02, 0.9)
cat(json(list(
  source = R.version.string,
  shifts = shifts,
  tied = tied,
  quantile = list(values = sample, at = c(0, 0.1, 0.5, 0.9, 0.99, 1),
                  type7 = quantile(sample, c(0, 0.1, 0.5, 0.9, 0.99, 1), type = 7),
                  mean = mean(sample), sd = sd(sample)),
  holm = list(p = p, adjusted = p.adjust(p, 'holm')),
  lh = list(values = lh, acf = acf(lh, lag.max = 6, plot = FALSE)$acf),
  binomial = lapply(list(c(0, 10), c(3, 10), c(682, 925), c(9012, 9012)), function(k)
    list(k = k[1], n = k[2], interval = binom.test(k[1], k[2])$conf.int))
)), '\n', sep = '')
