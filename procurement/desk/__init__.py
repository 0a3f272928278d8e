"""The law desk 法规服务台: questions of a clerk, answered with the article and the arithmetic shown. Pure; facts in, answer out."""
