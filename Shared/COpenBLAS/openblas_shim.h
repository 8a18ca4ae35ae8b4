#pragma once
// CBLAS comes with its header; LAPACK's Fortran routines that are called are declared here, since
// Debian's OpenBLAS brings the code without LAPACKE.
#include <cblas.h>

// Least squares by singular value decomposition (divide and conquer); column-major.
void dgelsd_(const int *m, const int *n, const int *nrhs, double *a, const int *lda, double *b,
             const int *ldb, double *s, const double *rcond, int *rank, double *work,
             const int *lwork, int *iwork, int *info);

// QR factors by Householder reflections; column-major. R replaces the upper triangle of a.
void dgeqrf_(const int *m, const int *n, double *a, const int *lda, double *tau, double *work,
             const int *lwork, int *info);
